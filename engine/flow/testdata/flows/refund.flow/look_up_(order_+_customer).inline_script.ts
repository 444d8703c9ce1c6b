export async function main(order_id: string) {
	return { order_id }; 
}
